//! Lists of what is remembered over calls: each has a bound, because a program may run for months.

/// Adds an item; where there are `most` already, the oldest makes room.
pub fn push<T>(list: &mut Vec<T>, item: T, most: usize) {
    if list.len() >= most {
        list.remove(0);
    }
    list.push(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room_for_the_latest() {
        let mut list = Vec::new();
        for item in 0..5 {
            push(&mut list, item, 3);
        }
        assert_eq!(list, [2, 3, 4]);
    }
}
