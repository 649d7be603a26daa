create table parcels (id int primary key, place text);
insert into parcels values (1, 'Leeds'), (2, 'York'), (3, null);
