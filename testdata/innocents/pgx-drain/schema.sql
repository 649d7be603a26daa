create table shows (name text primary key, sold int not null default 0);
create table tickets (id bigserial primary key, show text not null references shows);
insert into shows (name) values ('hamlet'), ('macbeth');
