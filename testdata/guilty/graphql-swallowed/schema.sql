create table loans (id int primary key, title text not null, due date not null);
insert into loans values (1, 'The Peregrine', '2031-05-04'), (2, 'North', '2031-05-11');
