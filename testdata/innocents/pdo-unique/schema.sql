create table guests (name text primary key);
