#include "executor/dynamic.h"
#include "executor/executor.h"
#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/log.h"
#include "values/stored_values.h"

namespace sandbox::executor {

void Executor::Perform(engine::Effect& effect) {
  std::visit([this](auto& e) { Apply(e); }, effect);
}

void Executor::Apply(engine::StartAttempt& effect) {
  const AttemptId id = effect.pod.id;
  // Aborted in the meantime: its stop follows, and finds nothing.
  if (!IsLive(id)) return;
  deps_.runner.Start(std::move(effect.pod));
}

void Executor::Read(engine::ReadObjects what) {
  deps_.workers.Run([this, what = std::move(what)] {
    auto objects = std::make_shared<engine::AttemptObjects>(
        values::ReadAttemptObjects(deps_.objects, what, engine_config_.output_bytes_max));
    deps_.loop.Post(
        [this, id = what.id, objects] { Advance(id.node.execution, engine::ObjectsRead{id, std::move(*objects)}); });
  });
}

void Executor::Read(engine::ReadValues what) {
  deps_.workers.Run([this, what = std::move(what)] {
    auto values = std::make_shared<engine::OffloadedValues>();
    for (const std::string& uri : what.uris)
      (*values)[uri] = values::ReadOffloaded(deps_.objects, uri, OffloadedBytesMax(engine_config_));
    deps_.loop.Post(
        [this, id = what.id, values] { Advance(id.execution, engine::ValuesRead{id, std::move(*values)}); });
  });
}

void Executor::Compile(engine::CompileDynamic what) {
  deps_.workers.Run([this, what = std::move(what)] {
    auto workflow = std::make_shared<engine::DynamicWorkflow>(deps_.store.Query(
        [&](MetadataReader& reader) { return CompileDynamicWorkflow(reader, engine_config_.layout, what); }));
    deps_.loop.Post([this, id = what.id, workflow] {
      Advance(id.node.execution, engine::DynamicCompiled{id, std::move(*workflow)});
    });
  });
}

void Executor::Apply(engine::StopAttempt& effect) { deps_.runner.Stop(effect.id, effect.grace); }

void Executor::Apply(engine::ReleaseAttempt& effect) { deps_.runner.Release(effect.id); }

}  // namespace sandbox::executor
