create table books (id bigserial primary key, title text not null);
insert into books (title) values ('Gates'), ('Faults');
