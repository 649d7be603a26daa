create table guests (id int primary key, name text not null);
insert into guests values (1, 'Ada'), (2, 'Grace'), (3, 'Edsger');
