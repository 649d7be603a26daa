# A noticeboard rendered on the server: HTML pages, HTML error pages, numbers and dates as people in Germany write them.
require 'sinatra/base'
require 'webrick'
require 'net/http'
require 'json'
require 'timeout'
require 'securerandom'

NOTICES = ENV['NOTICES_URL'].to_s[%r{\Ahttp://[\w.-]+:\d+\z}] or abort 'NOTICES_URL fehlt oder ist keine Adresse'

class Board < Sinatra::Base
  class Away < StandardError; end
  class Late < StandardError; end

  set :environment, :production
  set :server, :webrick
  set :show_exceptions, false
  set :raise_errors, false
  set :logging, false
  set :port, ENV.fetch('PORT')
  set :bind, '127.0.0.1'
  set :server_settings, AccessLog: [], Logger: WEBrick::Log.new($stderr, WEBrick::Log::ERROR)

  helpers do
    def notices
      Timeout.timeout(0.9, Late) do
        answer = Net::HTTP.get_response(URI("#{NOTICES}/notices"), 'Accept' => 'application/json')
        raise Away, "Status #{answer.code}" unless answer.code == '200'
        list = JSON.parse(answer.body)
        raise Away, 'keine Liste' unless list.is_a?(Array) && list.all? { |n| n.is_a?(Hash) && n['text'].is_a?(String) && n['price'].is_a?(Numeric) }
        list
      end
    rescue Late
      raise
    rescue SystemCallError, SocketError, IOError, JSON::ParserError, Net::ProtocolError, Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError, Zlib::Error, ArgumentError => e
      raise Away, e.class.name
    end

    def euro(number) = format('%.2f', number).tr('.', ',').reverse.scan(/\d{2},\d{1,3}|\d{1,3}/).join('.').reverse + ' €'

    def page(title, body)
      content_type 'text/html', charset: 'utf-8'
      "<!DOCTYPE html>\n<html lang=de><head><title>#{title}</title></head><body><h1>#{title}</h1>#{body}<footer>Stand: #{Time.now.strftime('%d.%m.%Y, %H:%M:%S Uhr')}</footer></body></html>\n"
    end
  end

  get('/') { page 'Schwarzes Brett', '<ul>' + notices.shuffle.map { |n| "<li>#{Rack::Utils.escape_html(n['text'])}: #{euro(n['price'])}</li>" }.join + '</ul>' }
  get('/up') { content_type(:text) && 'ok' }
  not_found { page 'Seite nicht gefunden', '<p>Diese Seite gibt es nicht.</p>' }

  error(Away) do |e|
    code = SecureRandom.hex(4)
    warn "FEHLER #{code} #{e.message}"
    status 502
    page 'Das Brett ist nicht erreichbar', "<p>Bitte versuchen Sie es später noch einmal. Vorgang: #{code}</p>"
  end

  error(Late) do
    code = SecureRandom.hex(4)
    warn "FEHLER #{code} zu langsam"
    status 504
    page 'Das Brett antwortet nicht', "<p>Bitte versuchen Sie es später noch einmal. Vorgang: #{code}</p>"
  end

  error do
    warn "FEHLER #{env['sinatra.error'].class}"
    page 'Interner Fehler', '<p>Das liegt an uns.</p>'
  end
end

Board.run!
