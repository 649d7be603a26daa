create table terms (word text primary key, meaning text not null);
insert into terms values ('gate', 'an opening'), ('fault', 'a break');
