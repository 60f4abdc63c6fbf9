#include "models/network/recording.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/error.hpp"

namespace spikeloom {

SampleList::SampleList(std::vector<SampleLabel> labels, Maker make)
    : labels_(std::move(labels)), make_(std::move(make)) {}

void SampleList::push_back(Sample sample) {
  SPIKELOOM_CHECK(!make_, "samples that are made are not held");
  labels_.push_back(sample.label);
  held_.push_back(std::move(sample.events));
}

Sample SampleList::operator[](std::size_t i) const {
  SPIKELOOM_CHECK(i < size(), "the sample exists");
  return {make_ ? make_(i) : held_[i], labels_[i]};
}

void InputData::note(const InputEvent& event) {
  if (event.value < 0 || event.value != std::floor(event.value)) is_counts = false;
  if (event.value > largest.value) largest = event;
}

void InputData::add(Sample sample) {
  for (const InputEvent& event : sample.events) note(event);
  samples.push_back(std::move(sample));
}

void SampleTrace::sort() {
  std::sort(spikes.begin(), spikes.end(), [](const Spike& a, const Spike& b) {
    return a.key() < b.key();
  });
  std::sort(states.begin(), states.end(), [](const StateFrame& a, const StateFrame& b) {
    return std::tie(a.step, a.population) < std::tie(b.step, b.population);
  });
}

}  // namespace spikeloom
