create table stops (id int primary key, name text not null, shelter boolean not null);
create table lines (id int primary key, name text not null, colour text not null);
create table calls (line_id int not null references lines, stop_id int not null references stops, minutes int not null, primary key (line_id, stop_id));
create table alerts (id int primary key, text text not null);
create table reports (id serial primary key, stop_id int not null references stops, text text not null);
insert into stops values (1, 'Mill Lane', true), (2, 'Harbour', false);
insert into lines values (4, 'Ring', 'green'), (7, 'Coast', 'blue');
insert into calls values (4, 1, 3), (7, 1, 9), (7, 2, 12);
insert into alerts values (1, 'Coast: every hour on Sunday.');
