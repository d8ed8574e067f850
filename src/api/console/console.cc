#include "api/console/console.h"

#include "api/console/encoded.h"

namespace sandbox::api {

using net::HttpRequest;
using net::HttpResponse;

namespace {

constexpr std::string_view kRoot = "/console", kAssets = "assets/", kOrganisation = "/org/";
constexpr char kForEver[] = "public, max-age=31536000, immutable";
// What the page may do: run and show what came with it, talk to this server, frame this server's pages.
constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "worker-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; require-trusted-types-for 'script'";

bool IsBelow(std::string_view path, std::string_view root) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

void Protect(HttpResponse& response) {
  response.headers.Set("Content-Security-Policy", kPolicy);
  response.headers.Set("X-Content-Type-Options", "nosniff");
  response.headers.Set("Referrer-Policy", "no-referrer");
  response.headers.Set("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.Set("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
}

HttpResponse PlainText(unsigned status, std::string text) {
  HttpResponse response;
  response.status = status;
  response.headers.Set("Content-Type", "text/plain; charset=utf-8");
  response.headers.Set("Cache-Control", "no-store");
  response.body = std::move(text);
  return response;
}

HttpResponse RedirectTo(std::string location) {
  HttpResponse response = PlainText(307, Cat("The console is at ", location, "\n"));
  response.headers.Set("Location", std::move(location));
  return response;
}

HttpResponse FileAnswer(const HttpRequest& request, const ConsoleFile& file) {
  HttpResponse response = Encoded(request, file);
  response.headers.Set("Content-Type", file.type);
  response.headers.Set("Cache-Control", std::string_view(file.path).starts_with(kAssets) ? kForEver : "no-cache");
  return response;
}

// "/org/ORG/console/x" without the organisation; empty for other paths. Both forms of the path have it: a slash inside
// of ORG is none of the address.
std::string_view WithoutOrganisation(std::string_view raw) {
  if (!raw.starts_with(kOrganisation)) return {};
  const size_t end = raw.find('/', kOrganisation.size());
  if (end == std::string_view::npos || end == kOrganisation.size()) return {};
  const std::string_view rest = raw.substr(end);
  return IsBelow(rest, kRoot) ? rest : std::string_view();
}

}  // namespace

Console::Console(std::span<const ConsoleFile> files) {
  for (const ConsoleFile& file : files) files_.emplace(file.path, &file);
  if (const auto found = files_.find("index.html"); found != files_.end()) index_ = found->second;
}

std::optional<HttpResponse> Console::Answer(const HttpRequest& request, const ConsolePath& path) const {
  if (index_ == nullptr) return std::nullopt;
  const std::string_view of_organisation = WithoutOrganisation(path.raw);
  const bool objects = IsBelow(path.decoded, "/minio");
  const bool page = IsBelow(path.decoded, kRoot) || IsBelow(path.decoded, "/kubernetes-dashboard");
  if (!page && !objects && of_organisation.empty()) return std::nullopt;

  HttpResponse response;
  const std::string_view below = path.decoded.starts_with("/console/") ? path.decoded.substr(9) : "";
  if (request.method != "GET" && request.method != "HEAD") {
    response = PlainText(405, "The console is read by GET and HEAD.\n");
    response.headers.Set("Allow", "GET, HEAD");
  } else if (objects) {
    response = RedirectTo("/console/objects");
  } else if (!of_organisation.empty()) {
    response = RedirectTo(Cat(of_organisation, path.query.empty() ? "" : "?", path.query));
  } else if (const auto file = files_.find(below); file != files_.end()) {
    response = FileAnswer(request, *file->second);
  } else if (below.starts_with(kAssets)) {
    response = PlainText(404, "404 page not found\n");
  } else {
    response = FileAnswer(request, *index_);
  }
  Protect(response);
  return response;
}

}  // namespace sandbox::api
