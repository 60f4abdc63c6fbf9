#include "sim/golden/float_engine.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "models/base/error.hpp"
#include "sim/golden/float/network_runner.hpp"

namespace spikeloom {

struct FloatEngine::Impl {
  std::optional<Graph> rounded;  // where the semantics has a weight step
  std::unique_ptr<golden::NetworkRunner> runner;
};

FloatEngine::FloatEngine(const Graph& graph,
                         const EvaluationOrder& order,
                         const Semantics& semantics,
                         Seconds dt,
                         StateResets resets)
    : resets_(std::move(resets)) {
  if (!(dt.value() > 0.0) || !std::isfinite(dt.value()))
    throw InputError("", "", fmt::format("dt is {} s; it must be positive", dt.value()));
  impl_ = std::make_unique<Impl>();
  if (semantics.weight_step) impl_->rounded = with_weight_step(graph, *semantics.weight_step);
  impl_->runner =
      golden::make_runner(impl_->rounded ? *impl_->rounded : graph, order, semantics, dt);
}

FloatEngine::~FloatEngine() = default;

SampleTrace FloatEngine::run(const Sample& sample, std::uint32_t steps, bool record_states) {
  return impl_->runner->run(sample, steps, resets_, record_states);
}

FloatCounts FloatEngine::counts() const { return impl_->runner->counts(); }

}  // namespace spikeloom
