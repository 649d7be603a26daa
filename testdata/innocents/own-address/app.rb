# Notes that say their own address: in Location, in links, and in the instance of a problem.
require 'json'
require 'net/http'
require 'securerandom'
require 'timeout'
require 'webrick'

LIMIT, BIGGEST = 0.8, 1 << 16 # seconds for one call, bytes of its answer
INDEX = URI.parse(ENV['INDEX_URL'].to_s) rescue abort('INDEX_URL is no address')
abort('INDEX_URL is no address') unless INDEX.is_a?(URI::HTTP) && INDEX.host
$stdout.sync = true

class Trouble < StandardError
  attr_reader :status
  def initialize(status, text)
    super(text)
    @status = status
  end
end

# One call of the index, in time and checked.
def ask(request)
  Timeout.timeout(LIMIT) do
    Net::HTTP.start(INDEX.host, INDEX.port, open_timeout: LIMIT, read_timeout: LIMIT, max_retries: 0) do |http|
      body = +''
      request['Accept-Encoding'] = 'identity'
      answer = http.request(request) do |got|
        got.read_body { |part| (body << part).bytesize > BIGGEST and raise Trouble.new(502, 'the index says too much') }
      end
      raise Trouble.new(502, 'the index does not answer well') unless answer.is_a?(Net::HTTPSuccess) && !answer['Content-Encoding']
      JSON.parse(body)
    end
  end
rescue Timeout::Error
  raise Trouble.new(504, 'the index is late')
rescue SystemCallError, SocketError, IOError, JSON::ParserError, Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError, Zlib::Error, ArgumentError
  raise Trouble.new(502, 'the index does not answer well')
end

# What a note of the index is worth, or a Trouble.
def note(found)
  ok = found.is_a?(Hash) && found['id'].is_a?(Integer) && found['text'].is_a?(String)
  ok ? found.slice('id', 'text') : raise(Trouble.new(502, 'the index does not answer well'))
end

class Notes < WEBrick::HTTPServlet::AbstractServlet
  def service(req, res)
    @home = "http://#{req['Host'] || "127.0.0.1:#{ENV['PORT']}"}"
    answer(req, res)
  rescue Trouble => e
    puts JSON.generate(level: 'error', msg: e.message, cause: e.cause.inspect)
    problem(req, res, e.status, e.message)
  rescue StandardError => e
    puts JSON.generate(level: 'error', msg: 'our mistake', cause: e.inspect)
    problem(req, res, 500, 'our mistake')
  end

  def answer(req, res)
    return problem(req, res, 400, 'two lengths are one too many') if req.header['content-length'].size > 1
    case [req.request_method, req.path]
    in ['GET', '/livez' | '/readyz'] then say(res, 200, ok: true)
    in ['GET', '/notes/7']
      say(res, 200, note(ask(Net::HTTP::Get.new('/notes/7'))).merge(links: { self: "#{@home}/notes/7", all: "#{@home}/notes" }))
    in ['POST', '/notes']
      asked = JSON.parse(req.body.to_s) rescue nil
      return problem(req, res, 400, 'a text is wanted, as JSON') unless asked.is_a?(Hash) && asked['text'].is_a?(String)
      post = Net::HTTP::Post.new('/notes', 'Content-Type' => 'application/json', 'Idempotency-Key' => req['Idempotency-Key'] || SecureRandom.uuid)
      post.body = JSON.generate(text: asked['text'])
      made = note(ask(post))
      res['Location'] = "#{@home}/notes/#{made['id']}"
      say(res, 201, made)
    in [_, '/notes' | '/notes/7' | '/livez' | '/readyz']
      res['Allow'] = req.path == '/notes' ? 'POST' : 'GET'
      problem(req, res, 405, 'not by this method')
    else problem(req, res, 404, 'nothing is here')
    end
  end

  def problem(req, res, status, title)
    say(res, status, type: "#{@home}/problems/#{status}", title: title, status: status, instance: "#{@home}#{req.path}")
    res['Content-Type'] = 'application/problem+json'
  end

  def say(res, status, body)
    res.status, res['Content-Type'], res.body = status, 'application/json', JSON.generate(body)
  end
end

server = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: ENV['PORT'].to_i, AccessLog: [], Logger: WEBrick::Log.new($stderr, WEBrick::Log::ERROR))
server.mount('/', Notes)
trap('TERM') { server.shutdown }
server.start
