#pragma once
// Physical quantities as types. No bare double with a unit crosses a public header.

#include <compare>

namespace spikeloom {

template <typename Tag>
class Quantity {
 public:
  constexpr Quantity() = default;
  explicit constexpr Quantity(double value) : value_(value) {}
  constexpr double value() const { return value_; }

  constexpr Quantity operator+(Quantity other) const { return Quantity(value_ + other.value_); }
  constexpr Quantity operator-(Quantity other) const { return Quantity(value_ - other.value_); }
  constexpr Quantity operator*(double factor) const { return Quantity(value_ * factor); }
  constexpr double operator/(Quantity other) const { return value_ / other.value_; }
  constexpr Quantity& operator+=(Quantity other) { return value_ += other.value_, *this; }
  constexpr auto operator<=>(const Quantity&) const = default;

 private:
  double value_ = 0.0;
};

using Seconds = Quantity<struct SecondsTag>;
using Hertz = Quantity<struct HertzTag>;
using Joules = Quantity<struct JoulesTag>;
using Picojoules = Quantity<struct PicojoulesTag>;
using Watts = Quantity<struct WattsTag>;

constexpr Joules to_joules(Picojoules energy) { return Joules(energy.value() * 1e-12); }
constexpr Joules operator*(Watts power, Seconds time) {
  return Joules(power.value() * time.value());
}
constexpr Seconds period_of(Hertz frequency) { return Seconds(1.0 / frequency.value()); }

}  // namespace spikeloom
