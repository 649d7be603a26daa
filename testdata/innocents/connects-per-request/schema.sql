create table prices (sku text primary key, cents int not null);
insert into prices values ('tea', 340), ('milk', 120), ('bread', 295);
