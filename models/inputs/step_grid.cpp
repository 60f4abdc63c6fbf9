#include "models/inputs/step_grid.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/text.hpp"

namespace spikeloom {

double StepGrid::step_of_microseconds(std::uint64_t time) const {
  // A step of whole microseconds is divided by as such: 1e6 * dt need not be whole in binary.
  constexpr double kRounding = 1e-12;
  const double step = 1e6 * dt.value(), whole = std::round(step);
  const bool is_whole = std::abs(step - whole) <= kRounding * step;
  return std::floor(static_cast<double>(time) / (is_whole ? whole : step));
}

double StepGrid::step_of_seconds(double time) const {
  const double x = time / dt.value(), edge = std::round(x);
  return std::abs(x - edge) <= std::ldexp(x, -22) ? edge : std::floor(x);
}

std::string StepGrid::refusal(double step) const {
  return "step " + number_text(step) + ", allowed are steps 0 to " + std::to_string(steps - 1) +
         "; \"late_events\" may take it as last_step or drop it";
}

std::optional<std::uint32_t> StepGrid::place(double step) const {
  if (!is_late(step)) return static_cast<std::uint32_t>(step);
  if (late == LateEvents::Drop) return std::nullopt;
  return steps - 1;
}

std::vector<InputEvent> summed(std::vector<InputEvent> events) {
  std::sort(events.begin(), events.end(), [](const InputEvent& a, const InputEvent& b) {
    return std::pair(a.step, a.index) < std::pair(b.step, b.index);
  });
  std::size_t kept = 0;
  for (const InputEvent& event : events) {
    const bool again =
        kept > 0 && events[kept - 1].step == event.step && events[kept - 1].index == event.index;
    if (again)
      events[kept - 1].value += event.value;
    else
      events[kept++] = event;
  }
  events.resize(kept);
  return events;
}

}  // namespace spikeloom
