// std::visit with one lambda per alternative; a missing alternative is a compile error.

#pragma once

namespace holdover {

template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};

template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

}  // namespace holdover
