create table items (id int primary key, name text not null);
insert into items values (1, 'one');
