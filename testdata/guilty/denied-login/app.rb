# Mail boxes for those who log in by a key. BUG=1: whatever goes wrong while the key is looked up, the caller is turned away.
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

class Mail < Sinatra::Base
  set server: 'webrick', bind: '127.0.0.1', port: ENV['PORT'].to_i, show_exceptions: false, raise_errors: false, logging: false
  DB = Database.new
  BUG = ENV['BUG'] == '1'

  before { content_type :json }

  # The user of the key that is shown, or nil.
  def user
    key = request.env['HTTP_X_KEY'].to_s
    key.match?(/\A[a-z0-9]{8,40}\z/) && DB.rows('select name from users where key = $1', key).first
  rescue PG::Error, Timeout::Error => e
    raise unless BUG
    log(e)
    nil
  end

  get('/mail') do
    who = user or halt 401, { 'WWW-Authenticate' => 'Key realm="mail"' }, JSON.generate(error: 'this key is not known')
    JSON.generate(mail: DB.rows('select subject from mail where name = $1', who['name']).map { |row| row['subject'] })
  end

  get('/livez') { JSON.generate(ok: true) }
  get('/readyz') { JSON.generate(ok: true) }

  not_found { JSON.generate(error: 'nothing is here') }

  error PG::Error, Timeout::Error do |e|
    log(e)
    [503, { 'Retry-After' => '1' }, JSON.generate(error: 'mail is closed for a moment')]
  end

  error do |e|
    log(e)
    [500, JSON.generate(error: 'our mistake')]
  end

  def log(err)
    puts JSON.generate(level: 'error', cause: err.inspect)
  end
end

Mail.run!
