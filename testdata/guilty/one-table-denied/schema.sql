create table people (id int primary key, name text not null, password text not null);
create table grants (person int references people, name text);
insert into people values (1, 'ada', 'correct horse');
insert into grants values (1, 'read'), (1, 'write');
