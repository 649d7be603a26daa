create table if not exists orders (
	id         bigserial primary key,
	sku        text not null,
	quantity   int not null check (quantity between 1 and 100),
	status     text not null check (status in ('pending', 'paid', 'cancelled')),
	idem_key   text unique,
	created_at timestamptz not null default now()
);
