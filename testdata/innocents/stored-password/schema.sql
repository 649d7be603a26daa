create table people (name text primary key, salt bytea not null, hash bytea not null);
create table sessions (token text primary key, name text not null references people);
create table books (title text primary key);
insert into books values ('Emma'), ('Persuasion');
