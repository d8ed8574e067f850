#include "doctor/reach.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "doctor/check.h"
#include "sandbox/base/error.h"

namespace sandbox::doctor {
namespace {

using Door = ReachFound::Door;

constexpr char kPlatform[] = "flyte-sandbox-grpc.flyte", kObjects[] = "flyte-sandbox-minio.flyte";
// Before each of the parts of the output: for a door a line with what its name leads to, then the answer.
constexpr char kMark[] = "sandbox-doctor:";

// $1 is the program in Python, then follow name, port and request of each door.
constexpr char kScript[] = R"(
for tool in python3 bash nc; do
  command -v $tool >/dev/null 2>&1 && break
  tool=
done
[ "$tool" ] || exit 1
python=$1
shift
while [ "$1" ]; do
  echo "sandbox-doctor:"
  getent hosts "$1" 2>/dev/null || grep -F "$1" /etc/hosts 2>/dev/null
  echo "sandbox-doctor:"
  case $tool in
    python3) python3 -c "$python" "$1" "$2" "$3" 2>/dev/null ;;
    bash) timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1" && printf %s "$2" >&3 && cat <&3' "$1" "$2" "$3" 2>/dev/null ;;
    nc) printf %s "$3" | nc -w 2 "$1" "$2" 2>/dev/null ;;
  esac
  shift 3
done
echo "sandbox-doctor:"
)";

constexpr char kPython[] = R"(
import socket, sys
door = socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)
door.sendall(sys.argv[3].encode())
while True:
    some = door.recv(4096)
    if not some:
        break
    sys.stdout.buffer.write(some)
)";

std::string Request(const std::string& host, uint16_t port, const char* path) {
  return Cat("GET ", path, " HTTP/1.1\r\nHost: ", host, ":", port, "\r\nConnection: close\r\n\r\n");
}

std::vector<std::string> PartsOf(const std::string& output) {
  std::vector<std::string> out;
  const std::string_view mark = kMark;
  for (size_t at = output.find(mark); at != std::string::npos;) {
    at += mark.size();
    const size_t next = output.find(mark, at);
    out.push_back(output.substr(at, next == std::string::npos ? next : next - at));
    at = next;
  }
  return out;
}

std::string FirstWord(const std::string& text) {
  constexpr char kBlanks[] = " \t\r\n";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string::npos) return "";
  const size_t end = text.find_first_of(kBlanks, begin);
  return text.substr(begin, end == std::string::npos ? end : end - begin);
}

// `ours` is in what the sandbox answers, and in nobody else's answer.
Door::State StateOf(const std::string& answer, std::string_view ours) {
  if (FirstWord(answer).empty()) return Door::State::kClosed;
  return answer.contains(ours) ? Door::State::kOpen : Door::State::kOther;
}

std::string Written(const Door& door) { return Cat(door.name, ":", door.port); }

template <typename Wanted>
std::string ListOf(const std::vector<Door>& doors, Wanted wanted, std::string (*word)(const Door&),
                   const char* between) {
  std::string out;
  for (const Door& door : doors) {
    if (wanted(door)) out += (out.empty() ? "" : between) + word(door);
  }
  return out;
}

bool IsUnknown(const Door& door) { return door.address.empty() && door.state == Door::State::kClosed; }
bool IsClosed(const Door& door) { return door.state == Door::State::kClosed && !IsUnknown(door); }
bool IsOther(const Door& door) { return door.state == Door::State::kOther; }

Check CheckNames(const ReachFound& reach) {
  Check check{"names", Verdict::kOk, "names.ok", "", "", false, {{"image", reach.image}}};
  const std::string unknown = ListOf(reach.doors, IsUnknown, [](const Door& door) { return door.name; }, ", ");
  if (unknown.empty()) {
    check.text = "Containers know the names of the platform and of the object store.";
    return check;
  }
  check.verdict = Verdict::kFail;
  check.code = "names.unknown";
  check.values.emplace_back("names", unknown);
  check.text =
      Cat("A container of ", reach.image, " does not know ", unknown, ", which Docker puts into its /etc/hosts.");
  return Advice(std::move(check), "Have the image look there first: `hosts: files dns` in its /etc/nsswitch.conf.");
}

Check CheckDoors(const ReachFound& reach) {
  const auto all = [](const Door&) { return true; };
  Check check{"reach", Verdict::kOk, "reach.ok", "", "", false, {{"image", reach.image}}};
  if (const std::string other = ListOf(reach.doors, IsOther, Written, ", "); !other.empty()) {
    check.verdict = Verdict::kFail;
    check.code = "reach.other";
    check.values.emplace_back("doors", other);
    check.text = Cat("Another program answers containers at ", other, ".");
    return Command(std::move(check), "sandbox stop && sandbox start --port-base 31000");
  }
  if (const std::string closed = ListOf(reach.doors, IsClosed, Written, ", "); !closed.empty()) {
    const std::string ports =
        ListOf(reach.doors, IsClosed, [](const Door& door) { return std::to_string(door.port); }, ",");
    check.verdict = Verdict::kFail;
    check.code = "reach.closed";
    check.values.emplace_back("doors", closed);
    check.text = Cat("A container cannot reach ", closed, ": a firewall may keep it from this machine. Tasks fail.");
    return Command(std::move(check),
                   Cat("sudo iptables -I INPUT -i docker0 -p tcp -m multiport --dports ", ports, " -j ACCEPT"));
  }
  const std::string doors = ListOf(reach.doors, all, Written, ", ");
  check.values.emplace_back("doors", doors);
  check.text = Cat("A container of ", reach.image, " reaches ", doors, ".");
  return check;
}

// Why it was not tried.
Check CheckTrial(const ReachFound& reach) {
  Check check{"reach", Verdict::kWarn, "reach.image", "", "", false, {{"image", reach.image}, {"why", reach.why}}};
  switch (reach.outcome) {
    case ReachFound::Outcome::kTried: break;
    case ReachFound::Outcome::kNoImage:
      check.text = "Whether containers reach the sandbox was not tried: Docker has no image.";
      return Command(std::move(check), "sandbox image pull busybox:latest");
    case ReachFound::Outcome::kNoTool:
      check.code = "reach.tool";
      check.text = "Whether containers reach the sandbox was not tried: no image has sh and one of python3, bash, nc.";
      return Command(std::move(check), "sandbox image pull busybox:latest");
    case ReachFound::Outcome::kTooSlow:
      check.code = "reach.slow";
      check.text = Cat("Whether containers reach the sandbox is not known: one of ", reach.image, " was given up.");
      return Advice(std::move(check), "Look again when the machine has less to do.");
    case ReachFound::Outcome::kNotRun:
      check.verdict = Verdict::kFail;
      check.code = "reach.failed";
      check.text = Cat("Docker does not run a container of ", reach.image, ": ", reach.why, ".");
      return Command(std::move(check), "sudo systemctl restart docker");
  }
  return check;
}

}  // namespace

std::vector<std::string> ReachCommand(const TaskPorts& ports) {
  return {"sh",
          "-c",
          kScript,
          "sh",
          kPython,
          kPlatform,
          std::to_string(ports.platform),
          Request(kPlatform, ports.platform, "/sandbox/v1/version"),
          kObjects,
          std::to_string(ports.objects),
          Request(kObjects, ports.objects, "/minio/health/live")};
}

ReachFound ReadReach(const std::string& output, const TaskPorts& ports) {
  ReachFound out;
  const std::vector<std::string> parts = PartsOf(output);
  if (parts.size() != 5) {  // two for each door, and the end
    out.outcome = ReachFound::Outcome::kNoTool;
    return out;
  }
  out.doors = {
      {"platform", kPlatform, ports.platform, FirstWord(parts[0]), StateOf(parts[1], "\"flyte\":")},
      {"object store", kObjects, ports.objects, FirstWord(parts[2]), StateOf(parts[3], "Server: sandbox\r\n")}};
  return out;
}

std::vector<Check> CheckReach(const ReachFound& reach) {
  if (reach.outcome != ReachFound::Outcome::kTried) return {CheckTrial(reach)};
  std::vector<Check> out = {CheckNames(reach)};
  // Doors behind names that are not known were not tried.
  if (!std::ranges::all_of(reach.doors, IsUnknown)) out.push_back(CheckDoors(reach));
  return out;
}

}  // namespace sandbox::doctor
