#include "server/platform/http.h"

#include <stdexcept>

namespace sandbox::testing {

HttpAnswer Exchange(uint16_t port, const std::string& head, const std::string& body) {
  RawClient client(port);
  if (!client.Connected()) throw std::runtime_error("nobody listens on port " + std::to_string(port));
  client.Send(head + "Connection: close\r\n" +
              (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") + "\r\n" + body);
  HttpAnswer out;
  out.head = client.ReadThrough("\r\n\r\n");
  if (out.head.size() > 12) out.status = std::stoi(out.head.substr(9, 3));
  if (out.head.find("chunked") == std::string::npos) {
    out.body = client.ReadToEnd();
    return out;
  }
  while (true) {
    const std::string size = client.ReadThrough("\r\n");
    const size_t bytes = size.empty() ? 0 : std::stoul(size, nullptr, 16);
    if (bytes == 0) return out;
    out.body += client.Read(bytes);
    client.ReadThrough("\r\n");
  }
}

HttpAnswer Call(uint16_t port, const std::string& method, const std::string& path, const std::string& body) {
  return Exchange(port,
                  method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n" +
                      (body.empty() ? "" : "Content-Type: application/json\r\n"),
                  body);
}

}  // namespace sandbox::testing
