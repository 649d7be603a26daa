create table rooms (id int primary key, name text not null, seats int not null);
insert into rooms values (1, 'Attic', 8), (2, 'Hall', 120);
