#pragma once
// How the times of events become steps.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/units.hpp"
#include "models/network/recording.hpp"

namespace spikeloom {

/// What becomes of an event at or after the end of the last step.
enum class LateEvents { Refuse, LastStep, Drop };

/// `steps` steps of `dt`.
struct StepGrid {
  Seconds dt;
  std::uint32_t steps;
  LateEvents late = LateEvents::Refuse;

  /// The step of a time in microseconds: floor(time / dt).
  double step_of_microseconds(std::uint64_t time) const;
  /// The step of a time in seconds: floor(x), x = time / dt; but where x is within x * 2^-22 of a
  /// whole number, which is what single precision rounds away, the step of that number.
  double step_of_seconds(double time) const;

  /// Whether an event of this step is refused, and the words for it: "step 12, allowed are ...".
  bool refuses(double step) const { return late == LateEvents::Refuse && is_late(step); }
  std::string refusal(double step) const;
  /// The step in which an event counts that is not refused; nullopt: in none, it is dropped.
  std::optional<std::uint32_t> place(double step) const;

 private:
  bool is_late(double step) const { return step >= static_cast<double>(steps); }
};

/// Sorted by step and index, with the events of an element in a step as one count.
std::vector<InputEvent> summed(std::vector<InputEvent> events);

}  // namespace spikeloom
