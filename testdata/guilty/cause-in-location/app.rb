# Recipes. BUG=1: Location says where more is to be read of an error, and what it was.
require 'json'
require 'net/http'
require 'timeout'
require 'webrick'

LIMIT, BIGGEST = 1.2, 1 << 16 # seconds for all tries, bytes of an answer
BOOK = URI.parse(ENV['BOOK_URL'].to_s) rescue abort('BOOK_URL is no address')
abort('BOOK_URL is no address') unless BOOK.is_a?(URI::HTTP) && BOOK.host
$stdout.sync = true

# What is answered in place of a result: whether a second try may help, and what to say.
class Trouble < StandardError
  attr_reader :status, :again
  def initialize(status, text, again: true)
    super(text)
    @status, @again = status, again
  end
end

# One call of the book; an error is a Trouble.
def once(request)
  Net::HTTP.start(BOOK.host, BOOK.port, open_timeout: LIMIT, read_timeout: LIMIT, max_retries: 0) do |http|
    body = +''
    answer = http.request(request) do |got|
      got.read_body { |part| (body << part).bytesize > BIGGEST and raise Trouble.new(502, 'the book is too big', again: false) }
    end
    unless answer.is_a?(Net::HTTPSuccess) && !answer['Content-Encoding']
      raise Trouble.new(502, 'the book does not answer well', again: answer.is_a?(Net::HTTPServerError) && !answer['Retry-After'])
    end
    found = JSON.parse(body)
    ok = found.is_a?(Hash) && found['title'].is_a?(String)
    ok ? found.slice('title') : raise(Trouble.new(502, 'the book makes no sense', again: false))
  end
rescue JSON::ParserError, Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError, ArgumentError
  raise Trouble.new(502, 'the book makes no sense', again: false)
rescue SystemCallError, SocketError, IOError
  raise Trouble.new(502, 'the book is not reached')
end

# A call in LIMIT seconds, a read in up to two tries.
def ask(request)
  tries = request.is_a?(Net::HTTP::Get) ? 2 : 1
  Timeout.timeout(LIMIT) do
    once(request)
  rescue Trouble => e
    raise unless e.again && (tries -= 1).positive?
    sleep(0.02 + rand * 0.03)
    retry
  end
rescue Timeout::Error
  raise Trouble.new(504, 'the book is late')
end

class Recipes < WEBrick::HTTPServlet::AbstractServlet
  def service(req, res)
    return say(res, 400, error: 'two lengths are one too many') if req.header['content-length'].size > 1
    case [req.request_method, req.path]
    in ['GET', '/livez' | '/readyz'] then say(res, 200, ok: true)
    in ['GET', '/recipes/3'] then say(res, 200, ask(Net::HTTP::Get.new('/recipes/3', 'Accept-Encoding' => 'identity')))
    in ['POST', '/recipes']
      asked = JSON.parse(req.body.to_s) rescue nil
      return say(res, 400, error: 'a title is wanted') unless asked.is_a?(Hash) && asked['title'].is_a?(String)
      post = Net::HTTP::Post.new('/recipes', 'Content-Type' => 'application/json', 'Accept-Encoding' => 'identity')
      post.body = JSON.generate(title: asked['title'])
      say(res, 201, ask(post))
    in [_, '/recipes' | '/recipes/3' | '/livez' | '/readyz']
      res['Allow'] = req.path == '/recipes' ? 'POST' : 'GET'
      say(res, 405, error: 'not by this method')
    else say(res, 404, error: 'nothing is here')
    end
  rescue Trouble => e
    puts JSON.generate(level: 'error', msg: e.message, cause: e.cause.inspect)
    res['Location'] = "/help?cause=#{URI.encode_www_form_component(e.cause.message)}" if ENV['BUG'] == '1' && e.cause
    say(res, e.status, error: e.message)
  end

  def say(res, status, body)
    res.status, res['Content-Type'], res.body = status, 'application/json', JSON.generate(body)
  end
end

server = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: ENV['PORT'].to_i, AccessLog: [], Logger: WEBrick::Log.new($stderr, WEBrick::Log::ERROR))
server.mount('/', Recipes)
trap('TERM') { server.shutdown }
server.start
