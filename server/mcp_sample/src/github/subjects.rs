//! What issues are about.

/// The subject of an issue.
pub struct Subject {
    pub title: &'static str,
    pub body: &'static str,
    pub labels: &'static [&'static str],
}

/// In the order of numbers: 42 is the third, 43 the fourth.
pub static SUBJECTS: [Subject; 5] = [
    Subject {
        title: "Search finds nothing for words with an umlaut",
        body: "Searching for “Müller” finds nothing, “Muller” finds all orders of Mr Müller. It \
               worked until the index was rebuilt.\n\n**Expected:** both find the same.",
        labels: &["bug", "search"],
    },
    Subject {
        title: "The export of invoices ends after 1,000 lines",
        body: "We export all invoices of a year. The file has 1,000 lines, whatever the year. No \
               message says that some are missing.",
        labels: &["export"],
    },
    Subject {
        title: "Checkout shows the price without tax",
        body: "Since the last release the cart shows 19.00 and the receipt 22.61.\n\nSteps:\n1. \
               Add any item to the cart\n2. Open the checkout\n3. Compare with the receipt",
        labels: &["bug"],
    },
    Subject {
        title: "Orders cannot be paid with a saved card",
        body: "Paying with a saved card shows “Something went wrong” and creates no order. A card \
               that is typed in works. About forty customers have written since this \
               morning.\n\nThe log says: `payment_method is required`.",
        labels: &[],
    },
    Subject {
        title: "The date picker cannot be read in dark mode",
        body: "Days that can be chosen are dark gray on black. Could they have the color of \
               links, as everywhere else?",
        labels: &["design"],
    },
];
