#include "sandbox/model/node_state.h"

namespace sandbox::model {

std::string_view WaitCode(NodeWait wait) {
  switch (wait) {
    case NodeWait::kNothing: return "";
    case NodeWait::kUpstream: return "UPSTREAM";
    case NodeWait::kParallelism: return "PARALLELISM";
    case NodeWait::kInputs: return "INPUTS";
    case NodeWait::kCatalog: return "CATALOG";
    case NodeWait::kReservation: return "CACHE";
    case NodeWait::kPod: return "POD";
    case NodeWait::kConnector: return "CONNECTOR";
    case NodeWait::kResult: return "RESULT";
    case NodeWait::kCompilation: return "COMPILATION";
    case NodeWait::kInside: return "INSIDE";
    case NodeWait::kChild: return "CHILD";
    case NodeWait::kSignal: return "SIGNAL";
    case NodeWait::kApproval: return "APPROVAL";
    case NodeWait::kSleep: return "SLEEP";
  }
  return "";
}

std::string_view Sentence(NodeWait wait) {
  switch (wait) {
    case NodeWait::kNothing: return "";
    case NodeWait::kUpstream: return "waits for the nodes before it";
    case NodeWait::kParallelism: return "waits for its turn: as many nodes run at once as may";
    case NodeWait::kInputs: return "waits until the large values among its inputs are read";
    case NodeWait::kCatalog: return "waits until its outputs are looked up in the cache";
    case NodeWait::kReservation: return "waits for its outputs, which another task makes (cache_serialize)";
    case NodeWait::kPod: return "waits for the end of its pod";
    case NodeWait::kConnector: return "waits for the end of its job at a connector";
    case NodeWait::kResult: return "waits until the outputs of its task are read";
    case NodeWait::kCompilation: return "waits until the workflow that its task made is compiled";
    case NodeWait::kInside: return "waits for the nodes inside of it";
    case NodeWait::kChild: return "waits for the end of the execution that it launched";
    case NodeWait::kSignal: return "waits for a signal";
    case NodeWait::kApproval: return "waits for an approval";
    case NodeWait::kSleep: return "waits for the end of its sleep";
  }
  return "";
}

}  // namespace sandbox::model
