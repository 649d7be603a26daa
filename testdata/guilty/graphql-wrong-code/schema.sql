create table sessions (token text primary key, name text not null);
create table parcels (id int primary key, name text not null, state text not null);
insert into sessions values ('a-session-of-ann', 'Ann');
insert into parcels values (1, 'Ann', 'on its way'), (2, 'Ann', 'delivered');
