#pragma once

// A client that sends exactly the bytes of the test. Every read gives up after five seconds.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

namespace sandbox::testing {

class RawClient {
 public:
  explicit RawClient(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{5, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool Connected() const { return connected_; }
  void Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }
  void FinishSending() { shutdown(fd_, SHUT_WR); }

  // Everything up to and with `end`; what came before the connection ended when it does not come.
  std::string ReadThrough(std::string_view end) {
    while (buffer_.find(end) == std::string::npos && Fill()) {
    }
    const size_t found = buffer_.find(end);
    return Take(found == std::string::npos ? buffer_.size() : found + end.size());
  }
  std::string Read(size_t bytes) {
    while (buffer_.size() < bytes && Fill()) {
    }
    return Take(std::min(bytes, buffer_.size()));
  }
  std::string ReadToEnd() {
    while (Fill()) {
    }
    return Take(buffer_.size());
  }
  // True when the server closed or reset the connection and nothing is left to read.
  bool AtEnd() {
    char byte = 0;
    return buffer_.empty() && recv(fd_, &byte, 1, 0) <= 0 && errno != EAGAIN;
  }
  // Header and body (by Content-Length) of one answer.
  std::string ReadAnswer() {
    std::string head = ReadThrough("\r\n\r\n");
    const size_t length = head.find("Content-Length: ");
    return length == std::string::npos ? head : head + Read(std::stoul(head.substr(length + 16)));
  }

 private:
  bool Fill() {
    char bytes[16 * 1024];
    const ssize_t got = recv(fd_, bytes, sizeof bytes, 0);
    if (got > 0) buffer_.append(bytes, static_cast<size_t>(got));
    return got > 0;
  }
  std::string Take(size_t bytes) {
    std::string out = buffer_.substr(0, bytes);
    buffer_.erase(0, bytes);
    return out;
  }

  int fd_;
  bool connected_ = false;
  std::string buffer_;
};

}  // namespace sandbox::testing
