# Invoices as XML behind a proxy: links are made from X-Forwarded-Host and -Proto when they are there, else from Host; errors are XML, too.
require 'webrick'
require 'net/http'
require 'rexml/document'
require 'timeout'

ledger = URI(ENV['LEDGER_URL'].to_s) rescue abort('LEDGER_URL: not an address')
abort('LEDGER_URL: not an address') unless ledger.is_a?(URI::HTTP)
LEDGER = ledger
$stderr.sync = true

def ledger_amount(id)
  Timeout.timeout(0.8) do
    Net::HTTP.start(LEDGER.host, LEDGER.port, open_timeout: 0.5, max_retries: 0) do |http|
      answer = http.get("/invoices/#{id}", 'Accept' => 'application/xml')
      raise IOError, "status #{answer.code}" unless answer.is_a?(Net::HTTPOK)
      amount = REXML::Document.new(answer.body).root&.elements&.[]('amount')&.text
      raise IOError, 'no amount' unless amount.to_s.match?(/\A\d+\.\d\d\z/)
      amount
    end
  end
end

class Invoices < WEBrick::HTTPServlet::AbstractServlet
  def do_GET(req, res)
    case req.path
    when '/up' then xml(res, 200, '<status>up</status>')
    when '/invoices/8'
      host = req['X-Forwarded-Host'] || req['Host']
      self_link = "#{req['X-Forwarded-Proto'] || 'http'}://#{host}#{req.unparsed_uri}"
      amount = ledger_amount(8)
      res['Content-Location'] = self_link
      res['Link'] = "<#{self_link}>; rel=\"self\""
      xml(res, 200, "<invoice href=#{self_link.encode(xml: :attr)}><amount>#{amount}</amount></invoice>")
    else fault(res, 404, 'not-found', "There is no resource #{req.unparsed_uri} at #{req['Host']}.")
    end
  rescue Timeout::Error => e
    warn "ledger: #{e.class}"
    fault(res, 504, 'ledger-timeout', "The ledger took too long for #{req.path}.")
  rescue SystemCallError, SocketError, IOError, REXML::ParseException, REXML::UndefinedNamespaceException, Net::ProtocolError, Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError, Zlib::Error, ArgumentError, EncodingError => e
    warn "ledger: #{e.class}"
    fault(res, 502, 'ledger-unavailable', "The ledger is not available for #{req.path}.")
  end

  def do_POST(_req, res)
    res['Allow'] = 'GET, HEAD'
    fault(res, 405, 'method-not-allowed', 'Invoices are read only.')
  end
  alias do_PUT do_POST
  alias do_DELETE do_POST
  alias do_PATCH do_POST

  private

  def fault(res, status, code, text) = xml(res, status, "<fault><code>#{code}</code><text>#{text.encode(xml: :text)}</text></fault>")

  def xml(res, status, body)
    res.status = status
    res['Content-Type'] = 'application/xml; charset=utf-8'
    res.body = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n#{body}\n"
  end
end

server = WEBrick::HTTPServer.new(Port: Integer(ENV.fetch('PORT')), BindAddress: '127.0.0.1', AccessLog: [], Logger: WEBrick::BasicLog.new(nil, 0))
server.mount '/', Invoices
trap(:TERM) { server.shutdown }
server.start
