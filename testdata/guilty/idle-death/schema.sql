create table announcements (id int primary key, text text not null);
insert into announcements values (1, 'The lift is out of order'), (2, 'Lunch is at noon');
