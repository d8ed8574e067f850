#include "executor/commit_gate.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "cache/artifacts.h"
#include "sandbox/base/check.h"

namespace sandbox::executor {
namespace {

constexpr Duration kPatience = std::chrono::milliseconds(2);
constexpr size_t kSmallRows = 64;

// The last of each row of a batch is what counts; rows keep the order in which they first came.
template <typename Row, typename Key>
std::vector<const Row*> LastOfEach(const std::vector<std::shared_ptr<Commit>>& batch, std::vector<Row> Commit::* rows,
                                   Key key) {
  std::vector<const Row*> out;
  std::unordered_map<std::string, size_t> places;
  for (const auto& commit : batch) {
    for (const Row& row : (*commit).*rows) {
      const auto [place, inserted] = places.emplace(key(row), out.size());
      if (inserted) {
        out.push_back(&row);
      } else {
        out[place->second] = &row;
      }
    }
  }
  return out;
}

std::string NodeKey(const NodeExecutionId& id) {
  return Cat(id.execution.project, "/", id.execution.domain, "/", id.execution.name, "/", id.node);
}

Status Put(MetadataWriter& writer, const std::vector<std::shared_ptr<Commit>>& batch) {
  for (const auto& commit : batch) {
    if (!commit->execution) continue;
    if (auto put = writer.UpdateExecution(*commit->execution); !put) return put;
  }
  for (const model::NodeRecord* node :
       LastOfEach(batch, &Commit::nodes, [](const model::NodeRecord& n) { return NodeKey(n.id); })) {
    if (auto put = writer.PutNode(*node); !put) return put;
  }
  for (const model::TaskRecord* task : LastOfEach(batch, &Commit::tasks, [](const model::TaskRecord& t) {
         return Cat(NodeKey(t.id.node), "/", t.id.attempt);
       })) {
    if (auto put = writer.PutTask(*task); !put) return put;
  }
  for (const auto& commit : batch) {
    for (const model::SignalRecord& signal : commit->signals) {
      if (writer.FindSignal(signal.execution, signal.signal_id)) continue;
      if (auto put = writer.PutSignal(signal); !put) return put;
    }
    for (const engine::CachePut& made : commit->cached) {
      if (auto put = cache::PutInCatalog(writer, made); !put) return put;
    }
    for (const model::CacheClaim& claim : commit->released)
      writer.DeleteReservation(model::ReservationKey(claim.dataset, claim.tag), claim.owner);
    for (const model::UnsyncedObject& object : commit->unsynced) {
      if (auto put = writer.InsertUnsyncedObject(object); !put) return put;
    }
    for (const model::JobDeletion& deletion : commit->deletions) {
      if (auto put = writer.PutJobDeletion(deletion); !put) return put;
    }
    if (!commit->also) continue;
    if (auto put = commit->also(writer); !put) return put;
  }
  return {};
}

}  // namespace

void CommitGate::Add(std::shared_ptr<Commit> commit) {
  SANDBOX_CHECK(commit->ready, "rows are to be committed before their objects are on disk");
  urgent_ |= commit->urgent;
  pending_.push_back(std::move(commit));
  GoOn();
}

void CommitGate::GoOn() {
  if (writing_ || pending_.empty()) return;
  if (!urgent_) return SubmitSoon();
  // After what the loop has to do already: what that decides goes with it.
  if (std::exchange(posted_, true)) return;
  loop_.Post([this] {
    posted_ = false;
    SubmitRest();
  });
}

void CommitGate::SubmitSoon() {
  if (timer_) return;
  timer_ = loop_.At(clock_.Now() + kPatience, [this] {
    timer_.reset();
    SubmitRest();
  });
}

void CommitGate::SubmitRest() {
  if (!writing_ && !pending_.empty()) Submit();
}

void CommitGate::Submit() {
  SANDBOX_CHECK(!writing_ && !pending_.empty(), "two writes at a time would commit decisions out of order");
  writing_ = true;
  urgent_ = false;
  auto batch = std::make_shared<Batch>(std::move(pending_));
  pending_.clear();
  const auto durable = [this, batch](const Status&) {
    loop_.Post([batch] {
      for (const auto& commit : *batch) {
        if (commit->durable) commit->durable();
      }
    });
  };
  bool waits = false;
  size_t rows = 0;
  for (const auto& commit : *batch) {
    waits |= commit->durable != nullptr;
    rows += 1 + commit->nodes.size() + commit->tasks.size() + commit->unsynced.size();
  }
  store_.WriteBehind(
      rows <= kSmallRows ? MetadataStore::Size::kSmall : MetadataStore::Size::kLarge,
      [batch](MetadataWriter& writer) { return Put(writer, *batch); },
      [this, batch](const Status& status) { loop_.Post([this, batch, status] { OnCommitted(batch, status); }); },
      waits ? MetadataStore::Done(durable) : nullptr);
}

void CommitGate::OnCommitted(const std::shared_ptr<Batch>& batch, const Status& status) {
  SANDBOX_CHECK(status.has_value(), status ? "" : Cat("the state could not be stored: ", status.error().message));
  SANDBOX_CHECK(writing_, "a write is committed twice");
  writing_ = false;
  GoOn();
  for (const auto& commit : *batch) {
    if (commit->committed) commit->committed();
  }
}

}  // namespace sandbox::executor
