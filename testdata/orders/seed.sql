insert into orders (id, sku, quantity, status) values
	(1001, 'A-1', 2, 'paid'),
	(1002, 'B-7', 1, 'pending'),
	(1003, 'C-3', 10, 'cancelled')
on conflict (id) do nothing;
select setval('orders_id_seq', (select max(id) from orders));
