# Announcements: a thread waits for news of the database on a connection of its own. BUG=1: the loss of that connection ends the process.
require 'json'
require 'pg'
require 'timeout'
require 'webrick'

DSN = ENV['DATABASE_URL'].to_s
abort('DATABASE_URL is wanted, as postgres://...') unless DSN.match?(%r{\Apostgres(ql)?://})
LIMIT, BUG = 1.0, ENV['BUG'] == '1' # seconds for all that a request does with the database
$stdout.sync = true

# All announcements, on a connection of the request's own.
def announcements
  Timeout.timeout(LIMIT) do
    conn = PG.connect(DSN)
    conn.exec('select text from announcements order by id').column_values(0)
  ensure
    conn&.finish
  end
end

# Waits for notifications on one connection until it is lost.
def listen
  conn = PG.connect(DSN)
  conn.exec('listen announcements')
  loop { conn.wait_for_notify { |_, _, text| puts JSON.generate(level: 'info', msg: 'announced', text: text) } }
ensure
  conn&.finish
end

Thread.new do
  loop do
    listen
  rescue PG::Error => e
    puts JSON.generate(level: 'error', msg: 'listener', cause: e.class.to_s)
    exit!(1) if BUG
    sleep 0.3
  end
end

class Announcements < WEBrick::HTTPServlet::AbstractServlet
  def service(req, res)
    case [req.request_method, req.path]
    in ['GET', '/livez' | '/readyz'] then say(res, 200, ok: true)
    in ['GET', '/announcements'] then say(res, 200, announcements: announcements)
    in [_, '/announcements' | '/livez' | '/readyz']
      res['Allow'] = 'GET'
      say(res, 405, error: 'this is only read')
    else say(res, 404, error: 'nothing is here')
    end
  rescue PG::Error, Timeout::Error => e
    puts JSON.generate(level: 'error', cause: e.inspect)
    res['Retry-After'] = '1'
    say(res, 503, error: 'no announcements right now')
  end

  def say(res, status, body)
    res.status, res['Content-Type'], res.body = status, 'application/json', JSON.generate(body)
  end
end

server = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: ENV['PORT'].to_i, AccessLog: [], Logger: WEBrick::Log.new($stderr, WEBrick::Log::ERROR))
server.mount('/', Announcements)
trap('TERM') { server.shutdown }
server.start
