# Prices of a database by WEBrick: the master listens and forks, two workers answer.
require 'json'
require 'pg'
require 'socket'
require 'timeout'
require 'webrick'

LIMIT = 2.4 # seconds for all that is asked of the database
$stdout.sync = $stderr.sync = true

class Trouble < StandardError
  attr_reader :status, :header

  def initialize(status, title, header = {})
    super(title)
    @status, @header = status, header
  end
end

def price
  db = nil
  Timeout.timeout(LIMIT) do
    db = PG.connect(ENV.fetch('DATABASE_URL'))
    row = db.exec_params('select price from prices where sku = $1', ['1']).first or raise Trouble.new(404, 'There is no such price.')
    Float(row['price'])
  end
rescue Timeout::Error
  raise Trouble.new(504, 'The prices take too long.')
rescue PG::Error, SystemCallError
  raise Trouble.new(503, 'The prices are out of reach.', { 'Retry-After' => '1' })
ensure
  db&.finish
end

def answer(request)
  raise Trouble.new(404, 'There is no such thing.') unless ['/livez', '/prices/1'].include?(request.path)
  raise Trouble.new(405, 'This is to be read only.', { 'Allow' => 'GET, HEAD' }) unless %w[GET HEAD].include?(request.request_method)

  request.path == '/livez' ? { alive: true } : { sku: '1', price: price }
end

# Prices answers every request, whatever its method.
class Prices < WEBrick::HTTPServlet::AbstractServlet
  def service(request, response)
    response.content_type = 'application/json'
    response.body = JSON.generate(answer(request))
  rescue StandardError => e
    trouble = e.is_a?(Trouble) ? e : Trouble.new(500, 'Something went wrong.')
    warn "#{trouble.status} #{e.message}"
    response.status, response.content_type = trouble.status, 'application/problem+json'
    trouble.header.each { |name, value| response[name] = value }
    response.body = JSON.generate(type: 'about:blank', status: trouble.status, title: trouble.message)
  end
end

def serve(listener)
  server = WEBrick::HTTPServer.new(DoNotListen: true, AccessLog: [], Logger: WEBrick::Log.new($stderr, WEBrick::Log::WARN))
  server.listeners << listener
  server.mount('/', Prices)
  trap(:TERM) { server.shutdown }
  server.start # until it is shut down and what has begun is finished
end

listener = TCPServer.new('127.0.0.1', ENV.fetch('PORT'))
listener.listen(128)
stopping = false
workers = []
trap(:TERM) { stopping = true; workers.each { |pid| Process.kill(:TERM, pid) rescue nil } }
until stopping && workers.empty?
  workers << fork { serve(listener) } while workers.size < 2 && !stopping
  ended = Process.wait
  warn "worker #{ended} ended" unless stopping
  workers.delete(ended)
end
