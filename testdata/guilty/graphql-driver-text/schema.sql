create table tickets (id int primary key, title text not null, state text not null);
insert into tickets values (1, 'The door sticks', 'open'), (2, 'A lamp is out', 'closed');
