create table beds (id int primary key, name text not null, sunny boolean not null);
create table plants (id int primary key, name text not null, height int not null, bed_id int not null references beds);
create table notes (id serial primary key, text text not null, written timestamptz not null default now());
insert into beds values (1, 'South wall', true), (2, 'Pond', false);
insert into plants values (1, 'Fig', 240, 1), (2, 'Iris', 60, 2), (3, 'Rosemary', 90, 1);
insert into notes (text) values ('First frost on the pond.'), ('The fig has leaves.');
