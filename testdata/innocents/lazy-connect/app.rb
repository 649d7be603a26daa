# A register of bicycles by Sinatra. It starts without its database, connects when it is first asked, and again when a connection is lost.
require 'json'
require 'pg'
require 'sinatra/base'
require 'timeout'

DSN = ENV['DATABASE_URL'].to_s
abort('DATABASE_URL is wanted, as postgres://...') unless DSN.match?(%r{\Apostgres(ql)?://})
LIMIT = 1.0 # seconds for all that a request does with the database
$stdout.sync = true

# Up to SIZE connections: the one that was used last is used first, if its server has not closed it. One that had an error is not kept.
class Database
  SIZE = 4
  def initialize
    @room = SizedQueue.new(SIZE)
    SIZE.times { @room << true }
    @idle = Thread::Queue.new
  end

  def rows(sql, *args)
    Timeout.timeout(LIMIT) do
      @room.pop
      begin
        conn = idle || PG.connect(DSN)
        found = conn.exec_params(sql, args).to_a
        kept = true
        found
      ensure
        kept ? @idle << conn : conn&.finish
        @room << true
      end
    end
  end

  # A connection that is open and to which its server has said nothing since, or nil.
  def idle
    until @idle.empty?
      conn = @idle.pop
      return conn unless conn.socket_io.wait_readable(0)
      conn.finish
    end
  end
end

class Bicycles < Sinatra::Base
  set server: 'webrick', bind: '127.0.0.1', port: ENV['PORT'].to_i, show_exceptions: false, raise_errors: false, logging: false
  set server_settings: { AccessLog: [], Logger: WEBrick::Log.new($stderr, WEBrick::Log::ERROR) } if defined?(WEBrick)
  DB = Database.new

  before { content_type :json }

  get('/bicycles') { JSON.generate(bicycles: DB.rows('select id, colour from bicycles order by id')) }

  get('/bicycles/:id') do
    halt 400, JSON.generate(error: 'an id is a number') unless params[:id].match?(/\A[0-9]{1,9}\z/)
    found = DB.rows('select id, colour from bicycles where id = $1', params[:id]).first
    halt 404 unless found
    JSON.generate(found)
  end

  get('/livez') { JSON.generate(ok: true) }
  get('/readyz') { JSON.generate(ok: true) }

  not_found { JSON.generate(error: 'nothing is here') }

  error PG::DataException, PG::IntegrityConstraintViolation do |e|
    log(e)
    [500, JSON.generate(error: 'our mistake')]
  end

  error PG::Error, Timeout::Error do |e|
    log(e)
    [503, { 'Retry-After' => '1' }, JSON.generate(error: 'the register is closed for a moment')]
  end

  error do |e|
    log(e)
    [500, JSON.generate(error: 'our mistake')]
  end

  def log(err)
    puts JSON.generate(level: 'error', cause: err.inspect)
  end
end

Bicycles.run!
