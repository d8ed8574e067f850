#include "api/console/console.h"

#include <zlib.h>

#include <array>
#include <catch2/catch.hpp>

#include "api/console/encoded.h"

namespace sandbox::api {
namespace {

std::string Gzipped(const std::string& plain) {
  std::string out(plain.size() + 100, '\0');
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct Site {
  const std::string script = "let a = 1; // " + std::string(2000, 'x'), packed = Gzipped(script);
  const std::string page = "<!doctype html><title>sandbox</title>", page_packed = Gzipped(page);
  const std::string picture = "not really a picture";
  const std::array<ConsoleFile, 4> files{{
      {"assets/main-1a2b.js", "text/javascript; charset=utf-8", "aaa", packed.data(), packed.size(), script.size()},
      {"assets/dot-3c4d.png", "image/png", "bbb", picture.data(), picture.size(), 0},
      {"index.html", "text/html; charset=utf-8", "ccc", page_packed.data(), page_packed.size(), page.size()},
      {"licenses.txt", "text/plain; charset=utf-8", "ddd", picture.data(), picture.size(), 0},
  }};
  const Console console{files};

  using Headers = std::vector<std::pair<std::string, std::string>>;
  std::optional<net::HttpResponse> Ask(const std::string& method, const std::string& raw, const std::string& decoded,
                                       Headers headers = {}, const std::string& query = "") const {
    return console.Answer({method, raw, {std::move(headers)}, ""}, {raw, decoded, query});
  }
  net::HttpResponse Get(const std::string& path, Headers headers = {}) const {
    const auto answer = Ask("GET", path, path, std::move(headers));
    REQUIRE(answer);
    return *answer;
  }
};

TEST_CASE("assets are kept for ever, and unknown ones are not found") {
  const Site site;
  const auto script = site.Get("/console/assets/main-1a2b.js");
  CHECK(script.status == 200);
  CHECK(script.body == site.script);
  CHECK(script.headers.Get("Content-Type") == "text/javascript; charset=utf-8");
  CHECK(script.headers.Get("Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(script.headers.Get("ETag") == "\"aaa\"");
  for (const char* unknown : {"/console/assets/main-0000.js", "/console/assets/", "/console/assets/../index.html"}) {
    CAPTURE(unknown);
    CHECK(site.Get(unknown).status == 404);
    CHECK(site.Get(unknown).headers.Get("Cache-Control") == "no-store");
  }
}

TEST_CASE("every other path below the console is the page") {
  const Site site;
  for (const char* path :
       {"/console", "/console/", "/console/index.html", "/console/projects/p/domains/d/executions/x", "/console/assets",
        "/kubernetes-dashboard", "/kubernetes-dashboard/", "/console/projects/p/domains/d/tasks/a/b=c d.e"}) {
    CAPTURE(path);
    const auto page = site.Get(path);
    CHECK(page.status == 200);
    CHECK(page.body == site.page);
    CHECK(page.headers.Get("Cache-Control") == "no-cache");
    CHECK(page.headers.Get("ETag") == "\"ccc\"");
  }
  CHECK(site.Get("/console/licenses.txt").body == site.picture);
  CHECK(site.Get("/console/licenses.txt").headers.Get("Cache-Control") == "no-cache");
  for (const char* other :
       {"/consoles", "/api/v1/projects", "/", "/kubernetes-dashboards", "/minion", "/org/console"}) {
    CAPTURE(other);
    CHECK_FALSE(site.Ask("GET", other, other));
  }
  CHECK_FALSE(Console({}).Answer({"GET", "/console", {}, ""}, {"/console", "/console", ""}));
}

TEST_CASE("addresses of other consoles lead here") {
  const Site site;
  const auto leads = [&](const std::string& raw, const std::string& decoded, const std::string& query) {
    const auto answer = site.Ask("GET", raw, decoded, {}, query);
    return answer && answer->status == 307 ? std::string(answer->headers.Get("Location")) : "";
  };
  CHECK(leads("/org/acme/console/projects/p", "/org/acme/console/projects/p", "domain=d") ==
        "/console/projects/p?domain=d");
  CHECK(leads("/org/a%2Fb/console", "/org/a/b/console", "") == "/console");
  CHECK(leads("/org/acme/console/x%2Fy", "/org/acme/console/x/y", "") == "/console/x%2Fy");
  CHECK(leads("/minio", "/minio", "") == "/console/objects");
  CHECK(leads("/minio/login", "/minio/login", "") == "/console/objects");
  CHECK(leads("/org//console", "/org//console", "").empty());
  CHECK(leads("/org/acme/other", "/org/acme/other", "").empty());
}

TEST_CASE("who does not accept gzip gets plain text, under another tag") {
  const Site site;
  const auto [accepts, gzip] = GENERATE(table<std::string, bool>({
      {"", false},
      {"gzip", true},
      {"GZIP", true},
      {"br, gzip, zstd", true},
      {"deflate, gzip;q=0.5", true},
      {"gzip;q=0", false},
      {"gzip; q=0.000, br", false},
      {"gzip;q=0.001", true},
      {"*", true},
      {"*;q=0", false},
      {"*, gzip;q=0", false},
      {"br", false},
      {"gzipped", false},
  }));
  CAPTURE(accepts);
  const auto answer = site.Get("/console/assets/main-1a2b.js", {{"Accept-Encoding", accepts}});
  CHECK((answer.headers.Get("Content-Encoding") == "gzip") == gzip);
  CHECK(answer.headers.Get("ETag") == (gzip ? "\"aaa-gzip\"" : "\"aaa\""));
  CHECK(answer.body == (gzip ? site.packed : site.script));
  CHECK(answer.headers.Get("Vary") == "Accept-Encoding");
  // What is stored plain stays plain.
  CHECK(site.Get("/console/assets/dot-3c4d.png", {{"Accept-Encoding", accepts}}).body == site.picture);
}

TEST_CASE("what a browser has already is not sent again") {
  const Site site;
  const auto status = [&](const std::string& tags) {
    const auto answer = site.Get("/console/assets/main-1a2b.js", {{"If-None-Match", tags}});
    CHECK((answer.status == 304) == answer.body.empty());
    CHECK(answer.headers.Get("ETag") == "\"aaa\"");
    CHECK(answer.headers.Has("Cache-Control"));
    return answer.status;
  };
  CHECK(status("\"aaa\"") == 304);
  CHECK(status("W/\"aaa\"") == 304);
  CHECK(status("\"zzz\", \"aaa\"") == 304);
  CHECK(status("*") == 304);
  CHECK(status("\"aaa-gzip\"") == 200);
  CHECK(status("aaa") == 200);
  CHECK(site.Get("/console/", {{"If-None-Match", "\"ccc\""}}).status == 304);
}

TEST_CASE("parts of a file") {
  const Site site;
  const std::string& all = site.script;
  const auto [range, status, first, length] = GENERATE(table<std::string, unsigned, size_t, size_t>({
      {"bytes=0-3", 206, 0, 4},
      {"bytes=4-", 206, 4, 2010},
      {"bytes=-5", 206, 2009, 5},
      {"bytes=-99999", 206, 0, 2014},
      {"bytes=2013-99999", 206, 2013, 1},
      {"bytes=2014-", 416, 0, 0},
      {"bytes=-0", 416, 0, 0},
      {"bytes=3-1", 200, 0, 2014},
      {"bytes=0-1,4-5", 200, 0, 2014},
      {"bytes=x-", 200, 0, 2014},
      {"bytes=", 200, 0, 2014},
      {"lines=0-1", 200, 0, 2014},
      {"bytes=18446744073709551616-", 200, 0, 2014},
  }));
  CAPTURE(range);
  REQUIRE(all.size() == 2014);
  const auto answer = site.Get("/console/assets/main-1a2b.js", {{"Range", range}});
  CHECK(answer.status == status);
  CHECK(answer.body == all.substr(first, length));
  const std::string part = std::to_string(first) + "-" + std::to_string(first + length - 1);
  CHECK(answer.headers.Get("Content-Range") == (status == 206   ? "bytes " + part + "/2014"
                                                : status == 416 ? "bytes */2014"
                                                                : ""));
  // Only when the file is still the one that was read before.
  CHECK(site.Get("/console/assets/main-1a2b.js", {{"Range", "bytes=0-3"}, {"If-Range", "\"zzz\""}}).status == 200);
  CHECK(site.Get("/console/assets/main-1a2b.js", {{"Range", "bytes=0-3"}, {"If-Range", "\"aaa\""}}).status == 206);
  const auto packed = site.Get("/console/assets/main-1a2b.js", {{"Range", "bytes=0-1"}, {"Accept-Encoding", "gzip"}});
  CHECK(packed.body == site.packed.substr(0, 2));
}

TEST_CASE("the console is only read, and every answer of it is protected") {
  const Site site;
  for (const char* path : {"/console/", "/console/assets/main-1a2b.js", "/console/assets/none.js", "/minio",
                           "/org/acme/console", "/kubernetes-dashboard"}) {
    CAPTURE(path);
    CHECK(site.Ask("HEAD", path, path)->status == site.Ask("GET", path, path)->status);
    for (const char* method : {"POST", "PUT", "DELETE", "PATCH"}) {
      const auto refused = site.Ask(method, path, path);
      CHECK(refused->status == 405);
      CHECK(refused->headers.Get("Allow") == "GET, HEAD");
    }
    const auto answer = site.Get(path);
    CHECK(answer.headers.Get("Content-Security-Policy") ==
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
          "worker-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
          "frame-ancestors 'self'; require-trusted-types-for 'script'");
    CHECK(answer.headers.Get("X-Content-Type-Options") == "nosniff");
    CHECK(answer.headers.Get("Referrer-Policy") == "no-referrer");
    CHECK(answer.headers.Get("Cross-Origin-Opener-Policy") == "same-origin");
    CHECK(answer.headers.Get("Cross-Origin-Resource-Policy") == "same-origin");
    CHECK(answer.headers.Get("Permissions-Policy") == "camera=(), microphone=(), geolocation=()");
  }
}

}  // namespace
}  // namespace sandbox::api
