# Parcels of a carrier that wants a token: the token is read from its file for each call, so that a new one holds at once.
require 'json'
require 'net/http'
require 'timeout'
require 'webrick'

LIMIT, BIGGEST = 0.8, 1 << 16 # seconds for one call, bytes of its answer
CARRIER = URI.parse(ENV['CARRIER_URL'].to_s) rescue abort('CARRIER_URL is no address')
abort('CARRIER_URL is no address') unless CARRIER.is_a?(URI::HTTP) && CARRIER.host
$stdout.sync = true

# The token as its file has it now.
def token
  text = File.read(ENV.fetch('CARRIER_TOKEN_FILE')).strip
  raise IOError, 'no token' unless text.match?(/\A[\x21-\x7e]{8,}\z/)
  text
end

begin
  token
rescue SystemCallError, IOError, KeyError, ArgumentError
  abort('CARRIER_TOKEN_FILE is no file with a token')
end

class Trouble < StandardError
  attr_reader :status
  def initialize(status, text)
    super(text)
    @status = status
  end
end

# Where the parcel is, as the carrier says in LIMIT seconds.
def parcel
  request = Net::HTTP::Get.new('/parcels/12', 'Authorization' => "Bearer #{token}", 'Accept-Encoding' => 'identity')
  Timeout.timeout(LIMIT) do
    Net::HTTP.start(CARRIER.host, CARRIER.port, open_timeout: LIMIT, read_timeout: LIMIT, max_retries: 0) do |http|
      body = +''
      answer = http.request(request) do |got|
        got.read_body { |part| (body << part).bytesize > BIGGEST and raise Trouble.new(502, 'the carrier says too much') }
      end
      found = answer.code == '200' && !answer['Content-Encoding'] ? JSON.parse(body) : nil
      ok = found.is_a?(Hash) && found['place'].is_a?(String)
      ok ? found.slice('place') : raise(Trouble.new(502, 'the carrier does not answer well'))
    end
  end
rescue Timeout::Error
  raise Trouble.new(504, 'the carrier is late')
rescue SystemCallError, SocketError, IOError, JSON::ParserError, Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError, ArgumentError
  raise Trouble.new(502, 'the carrier does not answer well')
end

class Parcels < WEBrick::HTTPServlet::AbstractServlet
  def service(req, res)
    known = %w[/parcels/12 /livez /readyz].include?(req.path)
    return say(res, 404, error: 'nothing is here') unless known
    unless %w[GET HEAD].include?(req.request_method)
      res['Allow'] = 'GET, HEAD'
      return say(res, 405, error: 'this is only read')
    end
    say(res, 200, req.path == '/parcels/12' ? parcel : { ok: true })
  rescue Trouble => e
    puts JSON.generate(level: 'error', msg: e.message, cause: e.cause.inspect)
    say(res, e.status, error: e.message)
  rescue StandardError => e
    puts JSON.generate(level: 'error', msg: 'our mistake', cause: e.class)
    say(res, 500, error: 'our mistake')
  end

  def say(res, status, body)
    res.status, res['Content-Type'], res.body = status, 'application/json', JSON.generate(body)
  end
end

server = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: ENV['PORT'].to_i, AccessLog: [], Logger: WEBrick::Log.new($stderr, WEBrick::Log::ERROR))
server.mount('/', Parcels)
trap('TERM') { server.shutdown }
server.start
