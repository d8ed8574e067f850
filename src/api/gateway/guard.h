#pragma once

// Who may ask over HTTP. A browser tells which page asks (Origin, Sec-Fetch-Site) and by which name it came here
// (Host); programs tell neither of the first two. Pages of other sites can read nothing here and start nothing: neither
// by fetch and form, nor by a name of theirs that leads to this machine.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"

namespace sandbox::api {

struct GuardOptions {
  // Names by which this machine is reached beside those that always work: localhost, 127.0.0.1, [::1],
  // host.docker.internal, the bridge's address, and the names that task containers have for it. Without ports.
  std::vector<std::string> hosts;
  // Pages elsewhere that may use the API, such as "http://localhost:3000".
  std::vector<std::string> origins;
  // The address by which containers reach this machine, on any thread; none while there is none. May be empty.
  std::function<std::optional<std::string>()> bridge_address;
};

enum class Asker { kProgram, kOwnPage, kAllowedPage, kForeignPage };

class Guard {
 public:
  explicit Guard(GuardOptions options);

  Asker AskerOf(const net::HttpRequest& request) const;
  // The answer to a request that goes no further: 421 for a Host that is not this machine, 403 for what a page of
  // another site may not do, 415 for a page's request with a body that a form could send. Each text says what to do.
  std::optional<net::HttpResponse> Refuse(const net::HttpRequest& request, Asker asker) const;
  // A host name without its port is one of this machine's.
  bool IsOurs(std::string_view name) const;

 private:
  GuardOptions options_;
};

// Asks the guard before `handler`, answers OPTIONS, and adds to the handler's answer what the asker's browser wants.
net::HttpHandler MakeGuard(GuardOptions options, net::HttpHandler handler);

}  // namespace sandbox::api
