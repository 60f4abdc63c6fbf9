#include "cli/flow/sample_runs.hpp"

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

constexpr std::uint64_t kMostSteps = 1U << 30;

// All samples one after the other.
Sample joined(const SampleList& samples, std::uint32_t steps_each) {
  Sample all;
  for (std::size_t s = 0; s < samples.size(); ++s)
    for (const Sample sample = samples[s]; const InputEvent& event : sample.events)
      if (event.step < steps_each)
        all.events.push_back(
            {static_cast<std::uint32_t>(s) * steps_each + event.step, event.index, event.value});
  return all;
}

}  // namespace

std::vector<SampleTrace> EngineRun::cut_back(SampleTrace trace) const {
  std::vector<SampleTrace> traces(count);
  if (count == 1) return traces.front() = std::move(trace), traces;
  for (Spike& spike : trace.spikes) {
    std::vector<Spike>& spikes = traces[spike.step / steps_each()].spikes;
    spike.step %= steps_each();
    spikes.push_back(spike);
  }
  for (StateFrame& frame : trace.states) {
    std::vector<StateFrame>& states = traces[frame.step / steps_each()].states;
    frame.step %= steps_each();
    states.push_back(std::move(frame));
  }
  return traces;
}

SampleTrace EngineRun::joined(const std::vector<SampleTrace>& traces) const {
  SampleTrace whole;
  std::uint32_t first_step = 0;
  for (const SampleTrace& trace : traces) {
    for (Spike spike : trace.spikes) {
      spike.step += first_step;
      whole.spikes.push_back(spike);
    }
    for (StateFrame frame : trace.states) {
      frame.step += first_step;
      whole.states.push_back(std::move(frame));
    }
    first_step += steps_each();
  }
  return whole;
}

std::size_t run_count(const Workload& workload) {
  const bool each = workload.experiment.between_samples.boundary == SampleBoundary::Reset;
  return each ? workload.input.samples.size() : 1;
}

void for_each_run(const Workload& workload,
                  const std::function<void(const EngineRun&)>& run,
                  RunShare share) {
  const auto& samples = workload.input.samples;
  const std::uint32_t steps = workload.experiment.steps;
  if (workload.experiment.between_samples.boundary == SampleBoundary::Reset) {
    for (std::size_t s = share.index; s < samples.size(); s += share.of) {
      const Sample sample = samples[s];
      run({sample, steps, s, 1});
    }
    return;
  }
  if (samples.size() > kMostSteps / steps)
    throw InputError(workload.experiment.file,
                     "/between_samples",
                     "makes one run of " + std::to_string(samples.size()) + " samples of " +
                         std::to_string(steps) + " steps; allowed are " +
                         std::to_string(kMostSteps) + " steps in all");
  const Sample all = joined(samples, steps);
  run({all, steps * static_cast<std::uint32_t>(samples.size()), 0, samples.size()});
}

}  // namespace spikeloom
