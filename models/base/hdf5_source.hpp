#pragma once
// What a dataset or attribute of an HDF5 file declares, what of it is refused, and its values in
// the types that a caller wants.

#include <functional>
#include <string>
#include <vector>

#include "models/base/error.hpp"
#include "models/base/hdf5_handle.hpp"

namespace spikeloom::hdf5 {

/// What the HDF5 library could not read, for whatever reason: damage, mostly.
struct Unreadable : InputError {
  using InputError::InputError;
};

/// What a file is missing or wrong about, at one of its objects.
struct Place {
  const std::string& file;
  const std::string& path;
  [[noreturn]] void fail(const std::string& sentence) const {
    throw InputError(file, path, sentence);
  }
};

/// An open dataset or attribute: what it declares, and how its bytes are fetched.
struct Source {
  Place place;
  Handle type;
  Handle space;
  std::vector<std::size_t> shape;
  std::size_t count = 0;
  std::function<bool(hid_t memory_type, void* buffer)> fetch;

  void fetch_or_fail(hid_t memory_type, void* buffer) const;
};

/// Fills in shape and count. Refuses what has no value and what has too many.
void describe(Source& source);

/// Deflate shrinks at most 1032 times, so a dataset that declares far more than it stores is mostly
/// unwritten: reading it would take memory for nothing.
void refuse_unwritten(const Handle& dataset, const Source& source);
void refuse_unknown_filters(const Handle& dataset, const Source& source);
void refuse_several(const Source& source);

/// A type in words, for errors: "integers".
std::string kind_of(H5T_class_t kind);

/// As Hdf5Reader::read, which says what T may be.
template <typename T>
std::vector<T> fetch_numbers(const Source& source);
std::vector<std::string> fetch_texts(const Source& source);
std::string only_text(const Source& source);

}  // namespace spikeloom::hdf5
