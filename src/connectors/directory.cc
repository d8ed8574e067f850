#include "connectors/directory.h"

#include <algorithm>
#include <utility>

#include "sandbox/base/log.h"

namespace sandbox::connectors {
namespace {

constexpr Duration kEvery = std::chrono::seconds(10);
constexpr Duration kEveryWhileMissing = std::chrono::seconds(2);

std::string TypesOf(const std::vector<ConnectorInfo>& connectors, const ConnectorEndpoint& endpoint) {
  std::set<std::string> names(endpoint.task_types.begin(), endpoint.task_types.end());
  for (const ConnectorInfo& connector : connectors) {
    for (const JobType& type : connector.types)
      names.insert(type.version == 0 ? type.name : Cat(type.name, " version ", type.version));
  }
  std::string out;
  for (const std::string& name : names) out += Cat(out.empty() ? "" : ", ", name);
  return out;
}

}  // namespace

ConnectorDirectory::ConnectorDirectory(ConnectorClient* client, Loop& loop, Clock& clock,
                                       std::vector<ConnectorEndpoint> endpoints, std::function<void(uint64_t)> on_round)
    : client_(client), loop_(loop), clock_(clock), on_round_(std::move(on_round)) {
  for (ConnectorEndpoint& endpoint : endpoints)
    services_.push_back({std::move(endpoint), {}, false, "was not asked yet"});
}

void ConnectorDirectory::Start() {
  if (!services_.empty()) Begin();
}

uint64_t ConnectorDirectory::Ask() {
  if (open_ > 0) {
    again_ = true;
    return round_ + 1;
  }
  Begin();
  return round_;
}

void ConnectorDirectory::Begin() {
  timer_.reset();
  again_ = false;
  ++round_;
  open_ = services_.size();
  // Without services a round is over at once, but not before its number is known.
  if (open_ == 0) return loop_.Post([this, round = round_] { on_round_(round); });
  for (size_t i = 0; i < services_.size(); ++i) {
    client_->List(services_[i].endpoint.address,
                  [this, i](Result<std::vector<ConnectorInfo>> listed) { OnListed(i, std::move(listed)); });
  }
}

void ConnectorDirectory::OnListed(size_t index, Result<std::vector<ConnectorInfo>> listed) {
  Service& service = services_[index];
  const std::string before = service.answered ? TypesOf(service.connectors, service.endpoint) : service.error;
  const bool answered = listed.has_value() || listed.error().code == Code::kUnimplemented;
  if (answered) {
    service.connectors = listed ? std::move(*listed) : std::vector<ConnectorInfo>();
    service.error.clear();
    const std::string now = TypesOf(service.connectors, service.endpoint);
    if (!service.answered || now != before)
      Log(LogLevel::kInfo, "connectors", Cat(service.endpoint.address, " serves [", now, "]"));
  } else {
    service.error = listed.error().message;
    if (service.answered || round_ == 1)
      Log(LogLevel::kWarning, "connectors", Cat(service.endpoint.address, " does not answer: ", service.error));
  }
  service.answered = answered;
  if (--open_ == 0) EndRound();
}

void ConnectorDirectory::EndRound() {
  timer_ = loop_.At(clock_.Now() + (IsComplete() ? kEvery : kEveryWhileMissing), [this] { Begin(); });
  const uint64_t ended = round_;
  if (again_) Begin();
  on_round_(ended);
}

std::optional<ConnectorDirectory::Route> ConnectorDirectory::Find(const JobType& type) const {
  for (const Service& service : services_) {
    for (const ConnectorInfo& connector : service.connectors) {
      if (std::ranges::find(connector.types, type) != connector.types.end())
        return Route{service.endpoint.address, connector.sync};
    }
  }
  for (const Service& service : services_) {
    if (std::ranges::find(service.endpoint.task_types, type.name) != service.endpoint.task_types.end())
      return Route{service.endpoint.address, false};
  }
  return std::nullopt;
}

std::set<JobType> ConnectorDirectory::Known() const {
  std::set<JobType> out;
  for (const Service& service : services_) {
    for (const ConnectorInfo& connector : service.connectors)
      out.insert(connector.types.begin(), connector.types.end());
  }
  return out;
}

std::set<std::string> ConnectorDirectory::Stated() const {
  std::set<std::string> out;
  for (const Service& service : services_)
    out.insert(service.endpoint.task_types.begin(), service.endpoint.task_types.end());
  return out;
}

bool ConnectorDirectory::IsComplete() const { return std::ranges::all_of(services_, &Service::answered); }

std::string ConnectorDirectory::Missing() const {
  std::string out;
  for (const Service& service : services_) {
    if (!service.answered) out += Cat(out.empty() ? "" : ", ", service.endpoint.address, " (", service.error, ")");
  }
  return out;
}

std::string ConnectorDirectory::Served() const {
  std::string out;
  for (const Service& service : services_) {
    if (service.answered)
      out += Cat(out.empty() ? "" : ", ", service.endpoint.address, " serves [",
                 TypesOf(service.connectors, service.endpoint), "]");
  }
  return out;
}

}  // namespace sandbox::connectors
