#include "sim/chip/input_feed.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/error.hpp"

namespace spikeloom::chip_sim {
namespace {

constexpr double kMostSpikes = 65535;  // of one input element in a step

std::uint64_t count_of(const InputEvent& event) {
  if (!(event.value >= 0 && event.value <= kMostSpikes && event.value == std::floor(event.value)))
    throw InputError("",
                     "",
                     "input element " + std::to_string(event.index) + " in step " +
                         std::to_string(event.step) + " has value " + std::to_string(event.value) +
                         "; a chip takes whole counts from 0 to 65535");
  return static_cast<std::uint64_t>(event.value);
}

}  // namespace

InputFeed::InputFeed(const Chip& chip, const Mapping& mapping)
    : graded_(chip.io.input == InputPackets::Graded) {
  for (const InputImage& input : mapping.inputs) {
    population_ = input.population;
    for (std::uint32_t i = 0; i < input.size(); ++i)
      add(input.elements[i], {input.key_base | i, input.port});
  }
}

void InputFeed::add(std::uint32_t element, Entry entry) {
  if (element >= entries_.size()) entries_.resize(std::size_t{element} + 1);
  entries_[element] = entry;
}

void InputFeed::begin(const Sample& sample, std::uint32_t steps) {
  events_.clear();
  next_ = 0;
  if (entries_.empty()) return;  // the network's input, if it has one, drives nothing
  for (const InputEvent& event : sample.events) {
    if (event.index >= entries_.size())
      throw InputError("",
                       "",
                       "input element " + std::to_string(event.index) +
                           " does not exist: the input population has " +
                           std::to_string(entries_.size()));
    if (const std::uint64_t count = count_of(event); count > 0 && event.step < steps)
      events_.push_back({event.step, event.index, count});
  }
  std::sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) {
    return std::tuple(a.step, a.index) < std::tuple(b.step, b.index);
  });
}

// One event needs no payload.
InputSpikes InputFeed::spikes_of(const Event& event, std::uint32_t key) const {
  if (!graded_ || event.count == 1) return {key, event.count, event.step, 0};
  return {key, 1, event.step, static_cast<std::uint32_t>(event.count)};
}

}  // namespace spikeloom::chip_sim
