#include "sim/chip/recorder.hpp"

#include <algorithm>

namespace spikeloom::chip_sim {
namespace {

constexpr std::size_t kNoFrame = static_cast<std::size_t>(-1);

}  // namespace

Recorder::Recorder(const Mapping& mapping, std::uint32_t steps, bool record_states)
    : steps_(steps), record_states_(record_states) {
  if (!record_states) return;
  for (const CoreImage& core : mapping.cores)
    for (const NeuronIdentity& who : core.identity) {
      const std::size_t population = index_of(who.population);
      if (population >= sizes_.size()) sizes_.resize(population + 1);
      sizes_[population] = std::max(sizes_[population], std::size_t{who.neuron} + 1);
    }
  at_.resize(sizes_.size());
}

void Recorder::input(std::uint64_t step,
                     PopulationId population,
                     std::uint32_t index,
                     std::uint64_t count) {
  if (step >= steps_) return;
  trace_.spikes.push_back(
      {static_cast<std::uint32_t>(step), population, index, static_cast<std::uint32_t>(count)});
}

void Recorder::core(std::uint64_t step, const Core& core) {
  const CoreImage& image = core.image();
  for (const auto& [neuron, count] : core.spiked()) {
    const std::uint64_t relative = step - image.profiles[image.profile_of[neuron]].start;
    if (relative >= steps_) continue;
    const NeuronIdentity who = image.identity[neuron];
    trace_.spikes.push_back(
        {static_cast<std::uint32_t>(relative), who.population, who.neuron, count});
  }
  if (record_states_) states_of(step, core);
}

void Recorder::hold(const Core& core, std::uint64_t step, std::uint64_t end) {
  if (!record_states_) return;
  for (; step < end; ++step) states_of(step, core);
}

void Recorder::states_of(std::uint64_t step, const Core& core) {
  const CoreImage& image = core.image();
  for (std::uint32_t neuron = 0; neuron < image.neurons(); ++neuron) {
    const std::uint64_t start = image.profiles[image.profile_of[neuron]].start;
    if (step < start || step - start >= steps_) continue;
    const NeuronIdentity who = image.identity[neuron];
    StateFrame& states = frame(step - start, who.population);
    const auto [u, v] = core.reading(neuron);
    states.u[who.neuron] = u;
    states.v[who.neuron] = v;
  }
}

StateFrame& Recorder::frame(std::uint64_t step, PopulationId population) {
  std::vector<std::size_t>& frames = at_[index_of(population)];
  if (frames.empty()) frames.assign(steps_, kNoFrame);
  std::size_t& found = frames[step];
  if (found == kNoFrame) {
    const std::vector<double> zeros(sizes_[index_of(population)]);
    found = trace_.states.size();
    trace_.states.push_back({static_cast<std::uint32_t>(step), population, zeros, zeros});
  }
  return trace_.states[found];
}

SampleTrace Recorder::finish() {
  trace_.sort();
  at_.clear();
  return std::move(trace_);
}

}  // namespace spikeloom::chip_sim
