#pragma once

// Whether this machine can do its work: what was found out about it, judged. Pure; who gathers what was found
// (src/app/findings.h, the server for images, the command line for clients) does everything that blocks.

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/base/time.h"

namespace sandbox::doctor {

struct TriedSocket {
  std::string address;
  std::string why;  // it is refused; empty: it is accepted
};

struct EngineFound {
  std::string address;  // in use, or the first that was tried
  std::string why;      // it does not answer; empty: it does
  std::string version, api_version;
  std::vector<TriedSocket> others;      // sockets where engines usually are, beside `address`
  std::optional<Duration> clock_ahead;  // of the engine's machine, against this one
  std::string architecture;             // of what it runs: "amd64", "arm64"; empty: not known
  std::string product = "Docker";       // or "Podman"
};

struct DiskFound {
  std::string path;
  uint64_t free_bytes = 0;
  bool has_images = true;  // Docker's images are on it, too
};

struct PortFound {
  enum class State { kOurs, kFree, kTaken };
  std::string what;  // "platform", "object store", "image registry"
  uint16_t port = 0;
  State state = State::kFree;
  std::string holder;  // "minio (pid 812)"; empty: not known
};

struct ImageFound {
  std::string reference;
  std::string command;  // that builds it
};

// What the environment says about proxies.
struct ProxyFound {
  std::string variable;        // that names one: "HTTPS_PROXY"; empty: none does
  bool spares_machine = true;  // NO_PROXY has this machine's own addresses
};

// A program that the user's shell finds.
struct ClientFound {
  std::string name;     // "flytekit", "flytectl", "docker", "kubectl"
  std::string path;     // empty: there is none
  std::string version;  // "1.16.8"; empty: it does not say
};

// Whether a container that is attached as a task's is reaches the sandbox.
struct ReachFound {
  enum class Outcome {
    kTried,
    kNoImage,  // Docker has none
    kNoTool,   // no image has a program that opens a connection
    kNotRun,   // the engine did not run the container
    kTooSlow,  // it was given up
  };
  struct Door {
    enum class State { kOpen, kClosed, kOther };  // kOther: somebody else answers
    std::string what;                             // "platform", "object store"
    std::string name;                             // by which tasks know it
    uint16_t port = 0;
    std::string address;  // that the name leads to in the container; empty: the name is not known there
    State state = State::kClosed;
  };
  Outcome outcome = Outcome::kTried;
  std::string image;        // that the container was made of
  std::string why;          // of kNotRun
  std::vector<Door> doors;  // of kTried
};

// What is nullopt was not looked at, and has no check.
struct Findings {
  EngineFound engine;
  std::string architecture;  // of this machine, as engines name it; empty: not known
  std::optional<ProxyFound> proxy;
  std::optional<DiskFound> disk;
  std::optional<uint64_t> memory_available_bytes;
  std::vector<PortFound> ports;
  std::string config_file;
  std::string config_error;  // empty: it can be read, or there is none
  std::string home;
  std::string home_error;    // empty: it can be written
  bool home_denied = true;   // who may write it is what stands in the way
  std::string home_network;  // the type of a file system that is another machine's; empty: this machine's
  std::optional<uint64_t> open_files_max;
  std::optional<std::vector<ImageFound>> images_missing;
  std::optional<ReachFound> reach;
};

enum class Verdict { kOk, kWarn, kFail };

struct Check {
  std::string id;  // "engine", "port.platform", ...; stable
  Verdict verdict = Verdict::kOk;
  std::string code;  // which sentence it is: "engine.away"; stable, for pages that have words of their own
  std::string text;  // what was found, as a sentence
  std::string fix;   // a command to type, or a sentence; empty where nothing is to be done
  bool fix_is_command = false;
  // What the sentence names, by the names that pages use: address, why, path, ...
  std::vector<std::pair<std::string, std::string>> values;
};

// In the order in which one would repair: what fails is not moved to the front.
std::vector<Check> Examine(const Findings& found);
// Of the shell that somebody types in: programs that are missing are OK.
std::vector<Check> ExamineShell(const std::vector<ClientFound>& clients, const ProxyFound& proxy);
// `variable` is getenv.
ProxyFound ReadProxy(const std::function<const char*(const char*)>& variable);

// {checks[{id, verdict (OK, WARN, FAIL), code, text, fix, fix_is_command, values{}}], ok, warn, fail}.
nlohmann::json ToJson(const std::vector<Check>& checks);
// Adds checks to such a report: one of an id that it has takes that one's place.
void AddChecks(nlohmann::json& report, const std::vector<Check>& checks);

}  // namespace sandbox::doctor
